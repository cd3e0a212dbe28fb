declare const JsSIP: any;
export default JsSIP;
